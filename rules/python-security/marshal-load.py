import json
import marshal

# ruleid: marshal-load
value = marshal.loads(blob)
# ruleid: marshal-load
value = marshal.load(handle)
# ok: marshal-load
blob = marshal.dumps(value)
# ok: marshal-load
value = json.load(handle)
