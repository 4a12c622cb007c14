import os

# ruleid: pkg-persistence
open(os.path.expanduser("~/.bashrc"), "a")
# ruleid: pkg-persistence
os.system("crontab -l")
# ruleid: pkg-start-with-python
open("/x/distutils-compat.pth", "w")
# ok: pkg-persistence
open("bashrc.txt")
# ok: pkg-persistence
print("depth")
# ruleid: pkg-start-with-python
open(os.path.join(site, "distutils-hook.pth"), "w")
# ruleid: pkg-start-with-python
hook = "lib/sitecustomize.py"
# ok: pkg-start-with-python
log("%s is in easy-install.pth already" % found)
# ok: pkg-start-with-python
name = "model.pt"
