#!/bin/bash
# Builds the Swift peers (SwiftNIO, Hummingbird, async-http-client) into .build/benchmarks of the repository; run.py does
# the rest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec swift build --package-path "$here/Peers" --scratch-path "$here/../../.build/benchmarks/peers" \
    --configuration release "$@"
