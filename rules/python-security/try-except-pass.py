try:
    audit(event)
# ruleid: try-except-pass
except Exception:
    pass

try:
    audit(event)
# ruleid: try-except-pass
except:
    # nothing to do
    pass

try:
    cache.clear()
# ok: try-except-pass
except KeyError:
    pass

try:
    audit(event)
# ok: try-except-pass
except Exception:
    log.exception("audit failed")
