from pysnmp.hlapi import CommunityData, UsmUserData

# ruleid: snmp-insecure-version
auth = CommunityData("public", mpModel=0)
# ruleid: snmp-insecure-version
auth = CommunityData("public", mpModel=1)
# ok: snmp-insecure-version
auth = CommunityData("public", mpModel=model)
# ok: snmp-insecure-version
auth = OtherData("public", mpModel=0)
# ruleid: snmp-weak-crypto
user = UsmUserData("monitor")
# ruleid: snmp-weak-crypto
user = UsmUserData("monitor", "auth-key")
# ok: snmp-weak-crypto
user = UsmUserData("monitor", "auth-key", "priv-key")
# ok: snmp-weak-crypto
user = UsmUserData("monitor", authKey=a, privKey=p)
