// Continuations that the loop itself resumes, exactly once each: checked in debug builds, free of that cost in release.
#if DEBUG
    package typealias LoopContinuation<Value> = CheckedContinuation<Value, Never>

    @inline(__always)
    nonisolated(nonsending) package func withLoopContinuation<Value>(
        _ body: (LoopContinuation<Value>) -> Void
    ) async -> Value {
        await withCheckedContinuation(body)
    }
#else
    package typealias LoopContinuation<Value> = UnsafeContinuation<Value, Never>

    @inline(__always)
    nonisolated(nonsending) package func withLoopContinuation<Value>(
        _ body: (LoopContinuation<Value>) -> Void
    ) async -> Value {
        await unsafe withUnsafeContinuation(body)
    }
#endif
