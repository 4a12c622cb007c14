from flask import request

# ruleid: mass-assignment
user = User(**request.json)
# ruleid: mass-assignment
User.objects.create(**request.POST.dict())
# ok: mass-assignment
user = User(name=request.json["name"])
# ok: mass-assignment
form = UserForm(**request.json)
# ok: mass-assignment
user = User(**defaults)
