import tarfile
import zipfile


def unpack(path, target):
    archive = tarfile.open(path)
    # ruleid: tarfile-extractall
    archive.extractall(target)
    # ruleid: tarfile-extractall
    archive.extractall(target, members=chosen(archive))
    # ok: tarfile-extractall
    archive.extractall(target, filter="data")
    # ok: tarfile-extractall
    archive.extract("README")
    with zipfile.ZipFile(path) as zipped:
        # ok: tarfile-extractall
        zipped.extractall(target)
