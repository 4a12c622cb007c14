import os

# ruleid: file-created-permissive
os.umask(0)
# ruleid: file-created-permissive
os.makedirs(path, mode=0o777)
# ok: file-created-permissive
os.umask(0o077)


def current():
    # ok: file-created-permissive
    mask = os.umask(0)
    os.umask(mask)
    return mask


# ok: file-created-permissive
os.makedirs(path, mode=0o700)
# ok: file-created-permissive
os.makedirs(path, exist_ok=True)
