/// The jobs of one loop, first in, first out, in a ring that only grows. Used on the loop's thread alone.
@safe
struct JobQueue: ~Copyable {
    // Unsafe memory: slots `head ..< head + count`, modulo the capacity (a power of two), are initialized; the type
    // lives and dies with its loop.
    private var slots: UnsafeMutablePointer<UnownedJob>
    private var capacity: Int
    private var head = 0
    private(set) var count = 0

    init() {
        capacity = 64
        unsafe slots = .allocate(capacity: capacity)
    }

    deinit {
        unsafe slots.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ job: UnownedJob) {
        if count == capacity { grow() }
        unsafe (slots + ((head + count) & (capacity - 1))).initialize(to: job)
        count += 1
    }

    mutating func popFirst() -> UnownedJob? {
        guard count > 0 else { return nil }
        let job = unsafe (slots + head).move()
        head = (head + 1) & (capacity - 1)
        count -= 1
        return job
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<UnownedJob>.allocate(capacity: capacity * 2)
        for offset in 0..<count {
            unsafe (larger + offset).moveInitialize(from: slots + ((head + offset) & (capacity - 1)), count: 1)
        }
        unsafe slots.deallocate()
        unsafe slots = larger
        capacity *= 2
        head = 0
    }
}
