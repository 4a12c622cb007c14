# ruleid: trojan-source
if access != "user‮⁦":  # admin
    grant()
# ruleid: trojan-source
name = "⁦x⁩"
# ruleid: right-to-left-mark
date = "d‏/m‏/Y"
# ruleid: right-to-left-mark
name = "‏x"
# ok: right-to-left-mark
plain = "d/m/Y"
# ok: trojan-source
if access != "user":
    deny()
# ok: trojan-source, right-to-left-mark
mark = "\u202e\u200f"
