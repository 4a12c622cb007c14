from PIL import ImageGrab
from pynput import keyboard
import pyperclip

# ruleid: pkg-py-capture
keyboard.Listener(on_press=f)
# ruleid: pkg-py-capture
ImageGrab.grab()
# ruleid: pkg-py-capture
pyperclip.paste()
# ok: pkg-py-capture
pyperclip.copy("x")
# ok: pkg-py-capture
keyboard.GlobalHotKeys({})
