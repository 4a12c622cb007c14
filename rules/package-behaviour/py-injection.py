import ctypes

k = ctypes.windll.kernel32
# ruleid: pkg-py-process-injection
k.WriteProcessMemory(process, address, code, 10, 0)
# ruleid: pkg-py-process-injection
k.CreateRemoteThread(process, None, 0, address, None, 0, 0)
# ok: pkg-py-process-injection
k.GetConsoleMode(handle)
# ok: pkg-py-process-injection
k.ReadConsoleW(handle)
