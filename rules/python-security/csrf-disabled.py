from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt


# ruleid: csrf-disabled
@csrf_exempt
def transfer(request):
    return move(request.POST["amount"])


# ruleid: csrf-disabled
app.config["WTF_CSRF_ENABLED"] = False


# ok: csrf-disabled
@login_required
def balance(request):
    return show(request)


# ok: csrf-disabled
app.config["WTF_CSRF_ENABLED"] = True
