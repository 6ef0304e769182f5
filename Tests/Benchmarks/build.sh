#!/bin/bash
# Builds the peers that take long into .build/benchmarks of the repository: the Swift ones (SwiftNIO, Hummingbird,
# async-http-client) and, of what Debian packages, hyper. run.py does the rest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$here/../../.build/benchmarks
crates=/usr/share/cargo/registry
if compgen -G "$crates/hyper-0.14*" >/dev/null && [[ -n $(command -v cargo) ]]; then
    mkdir -p "$out" && rm -rf "$out/hyper-source" && cp -r "$here/Hyper" "$out/hyper-source"
    cargo build --manifest-path "$out/hyper-source/Cargo.toml" --target-dir "$out/hyper" --release --offline \
        --config 'source.crates-io.replace-with="debian"' --config "source.debian.directory=\"$crates\""
else
    echo "hyper is left out: apt-get install cargo librust-hyper-dev librust-tokio-dev librust-tokio-openssl-dev"
fi
exec swift build --package-path "$here/Peers" --scratch-path "$out/peers" --configuration release "$@"
