import os
import shutil
import zipfile


def unpack(path, target):
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            # ruleid: zip-slip
            with open(os.path.join(target, member.filename), "wb") as out:
                out.write(archive.read(member))
        for name in archive.namelist():
            # ruleid: zip-slip
            os.makedirs(os.path.join(target, name))
            # ok: zip-slip
            with open(os.path.join(target, os.path.basename(name)), "wb") as out:
                out.write(archive.read(name))
        # ok: zip-slip
        archive.extractall(target)
    # ruleid: unpack-archive
    shutil.unpack_archive(path, target)
    # ruleid: unpack-archive
    shutil.unpack_archive(path)
    # ok: unpack-archive
    shutil.unpack_archive(path, target, filter="data")
    # ok: unpack-archive
    shutil.make_archive(target, "zip")
