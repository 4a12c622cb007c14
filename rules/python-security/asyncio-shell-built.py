import asyncio


async def main(name):
    # ruleid: asyncio-shell-built
    await asyncio.create_subprocess_shell(f"ls {name}")
    # ruleid: asyncio-shell-built
    await asyncio.create_subprocess_shell("ls " + name)
    # ok: asyncio-shell-built
    await asyncio.create_subprocess_shell("ls | wc -l")
    # ok: asyncio-shell-built
    await asyncio.create_subprocess_exec("ls", name)
