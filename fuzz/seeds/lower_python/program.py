@app.route("/")
async def f(a, /, b: int = 1, *c, d, **e) -> str:
    with open(a) as g, h:
        print(f"{g!r:>{b}}", *c, k=(yield), **e)
    match a:
        case [1, *x] | {"k": y} if x: raise A from b
    return [i for i in (j, k)] if a < b <= 3 else lambda: None
