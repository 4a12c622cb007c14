import ctypes

# ruleid: pkg-py-native-library
ctypes.CDLL("x.so")
# ruleid: pkg-py-native-library
ctypes.cdll.LoadLibrary(path)
# ok: pkg-py-native-library
ctypes.util.find_library("c")
# ok: pkg-py-native-library
ctypes.c_int(1)
