def delete(request, post):
    # ok: assert-authorization
    assert post is not None
    if not request.user.is_staff:
        # ok: assert-authorization
        raise PermissionError


class View:
    # ruleid: assert-authorization
    assert current_user.is_admin


# ruleid: assert-authorization
assert user.has_perm("delete"), "no"
