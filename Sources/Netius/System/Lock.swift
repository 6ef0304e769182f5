internal import CNetius

/// A lock of the system with its condition.
///
/// The standard library's `Mutex` would do, but for a waiting thread it goes to the kernel by a way that the thread
/// sanitizer does not know on Linux, which then reports races where there are none.
@safe
package final class Lock: Sendable {
    // Safe: made by C, which alone looks inside, and freed with this object.
    private nonisolated(unsafe) let pointer: OpaquePointer

    package init() {
        guard let pointer = unsafe netius_lock_create() else { fatalError("out of memory") }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe netius_lock_destroy(pointer)
    }

    package func lock() {
        unsafe netius_lock_acquire(pointer)
    }

    package func unlock() {
        unsafe netius_lock_release(pointer)
    }

    /// Runs `body` while no other thread has the lock.
    package func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        lock()
        defer { unlock() }
        return try body()
    }

    /// Wakes one that waits.
    package func signal() {
        unsafe netius_lock_signal(pointer)
    }

    /// Waits, with the lock given up meanwhile; false when nothing was signalled in time.
    package func wait(milliseconds: Int64) -> Bool {
        unsafe netius_lock_wait(pointer, milliseconds) != 0
    }
}

/// A value that threads use one at a time.
// @unchecked: the value is reached under the lock alone.
package final class Guarded<Value>: @unchecked Sendable {
    private let lock = Lock()
    private var value: Value

    package init(_ value: Value) {
        self.value = value
    }

    /// Runs `body` with the value while no other thread has it. `body` must not wait for anything.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }

    /// Runs `body` with the value of an object to which nobody else refers, which takes no lock.
    package static func withUnshared<Result>(_ guarded: inout Guarded, _ body: (inout Value) -> Result) -> Result? {
        isKnownUniquelyReferenced(&guarded) ? body(&guarded.value) : nil
    }
}
