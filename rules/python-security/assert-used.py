def withdraw(account, amount):
    # ruleid: assert-used
    assert amount > 0
    # ruleid: assert-used
    assert account.owner == current_user(), "not yours"
    # ok: assert-used
    if amount > account.balance:
        raise ValueError("too much")


def helper(mock):
    # ok: assert-used
    mock.assert_called_once()
    # ok: assert-used
    assertion = build(mock)
    return assertion
