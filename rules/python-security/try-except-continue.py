for event in events:
    try:
        verify(event)
    # ruleid: try-except-continue
    except Exception:
        continue

    try:
        verify(event)
    # ruleid: try-except-continue
    except:
        continue

    try:
        verify(event)
    # ok: try-except-continue
    except BadSignature:
        continue

    try:
        verify(event)
    # ok: try-except-continue
    except Exception as error:
        log.warning("skipped: %s", error)
        continue
