"""Where a parcel is, asked from its carrier and remembered for a while."""

import requests
from redis import Redis
from redis.exceptions import RedisError

TIMEOUT_SECONDS = 5
REMEMBER_SECONDS = 600


def last_seen(carrier, parcel, settings):
    """The place where a parcel was seen last; None where that is not known."""
    base = settings.carriers.get(carrier)
    if not base or not parcel:
        return None
    key = f"seen:{carrier}:{parcel}"
    cache = Redis.from_url(settings.cache) if settings.cache else None
    remembered = from_cache(cache, key)
    if remembered:
        return remembered
    try:
        answer = requests.get(f"{base}/parcels", params={"id": parcel}, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        place = answer.json().get("place")
    except (requests.RequestException, ValueError):
        return None
    if place and cache:
        try:
            cache.setex(key, REMEMBER_SECONDS, place)
        except RedisError:
            pass
    return place


def from_cache(cache, key):
    try:
        found = cache.get(key) if cache else None
    except RedisError:
        return None
    return found.decode() if found else None
