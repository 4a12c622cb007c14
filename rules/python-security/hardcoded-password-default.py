# ruleid: hardcoded-password-default
def login(user, password="admin"):
    pass


# ruleid: hardcoded-password-default
def connect(host, auth_token: str = "a1b2c3"):
    pass


# ok: hardcoded-password-default
def logout(user, password=None):
    pass


# ok: hardcoded-password-default
def travel(passenger="Marple", compass="north"):
    pass
