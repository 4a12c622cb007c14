# ruleid: pkg-wide-whitespace
import os                                                                                                                                                                         ;exit()
# ok: pkg-wide-whitespace
x = "                                                                                                                                                                                        "
# ruleid: pkg-wide-whitespace
a = 1                                                                                                                                                                         ;exit()
# ok: pkg-wide-whitespace
y = 1                                                   # far, but a comment
