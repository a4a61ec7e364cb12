"""A push service that only counts: TLS on loopback, in a process of its own.

``python -m bench.push_sink FOLDER [--delay-ms 60]`` writes its certificate to FOLDER, prints ``{"port", "cafile"}`` as
one JSON line and serves until it is terminated. POST answers 201 after the delay; GET /count says how many came.
"""

import argparse
import asyncio
import json
from pathlib import Path

from aiohttp import web

from bench.certificate import make_certificate, serving

NAME = "sink.push.services.mozilla.com"


async def serve(folder: Path, delay_s: float) -> None:
    """Serve until cancelled."""
    count = 0

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal count
        if request.method == "GET":
            return web.Response(text=str(count))
        await request.read()
        if delay_s:
            await asyncio.sleep(delay_s)
        count += 1
        return web.Response(status=201)

    cert_path, key_path = make_certificate(folder, [NAME])
    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serving(cert_path, key_path), backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    print(json.dumps({"port": port, "cafile": str(cert_path)}), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--delay-ms", type=float, default=0)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.folder, arguments.delay_ms / 1000))


if __name__ == "__main__":
    main()
