internal import Netius

/// Empty files in a folder, made ahead of time, whose names are on the disk: what is written into one lasts as soon as the
/// file is synchronised, with no wait for its name.
///
/// They are made in batches, for each of which the folder is synchronised once. A batch is twice as large as the one before
/// it, so that who writes much seldom waits, and who writes little has few.
final class SpareFiles: Sendable {
    static let smallestBatch = 4
    static let largestBatch = 64

    private struct State {
        var ready: [String] = []
        /// How many there were when the last batch was made.
        var made = 0
        var isRefilling = false
    }

    private let folder: String
    private let disk: QueueDisk
    private let pool: BlockingPool
    private let state = Guarded(State())
    /// How many to make next. Held while they are made, which waits for a disk, and so do those who need one: by threads of
    /// the queue alone.
    private let making = Guarded(smallestBatch)

    init(folder: String, disk: QueueDisk, pool: BlockingPool) {
        self.folder = folder
        self.disk = disk
        self.pool = pool
    }

    /// A file of one's own, which is removed unless it is kept. This waits for a disk where none is left.
    ///
    /// - Throws: `SystemError` where none can be made, or opened.
    func take() throws -> NewFile {
        // No more than may be ready.
        for _ in 1..<(2 * Self.largestBatch) {
            let path = try next()
            do {
                return try NewFile(prepared: path)
            } catch let error as SystemError where error.isOfMachine {
                state.withLock { $0.ready.append(path) }
                throw error
            } catch {
                // Somebody took it away by hand, or the disk has lost it: another one will do.
                _ = try? FileSystem.removeFile(path)
            }
        }
        return try NewFile(prepared: try next())
    }

    private func next() throws -> String {
        guard let path = takeReady() else {
            return try making.withLock { batch in
                // Somebody else has made some meanwhile.
                if let path = takeReady() { return path }
                return try make(&batch)
            }
        }
        refill()
        return path
    }

    private func takeReady() -> String? { state.withLock { $0.ready.popLast() } }

    /// Has another thread make more, unless there are enough.
    private func refill() {
        let isNeeded = state.withLock { state in
            guard !state.isRefilling, state.ready.count <= state.made / 2 else { return false }
            state.isRefilling = true
            return true
        }
        guard isNeeded else { return }
        let isTaken = pool.submit { [self] in
            making.withLock { batch in
                guard state.withLock({ $0.ready.count <= $0.made / 2 }) else { return }
                // Where this fails, it fails again for who finds none, and who can tell of it.
                if let path = try? make(&batch) { state.withLock { $0.ready.append(path) } }
            }
            state.withLock { $0.isRefilling = false }
        }
        if !isTaken { state.withLock { $0.isRefilling = false } }
    }

    /// Makes a batch, or as many as can be made.
    ///
    /// - Returns: One of them; the others are ready.
    private func make(_ batch: inout Int) throws -> String {
        var made: [String] = []
        let name = MailIdentifier()
        for number in 0..<batch {
            let path = "\(folder)/\(name)-\(number)"
            do {
                try NewFile(path: path).keep()
            } catch {
                guard made.isEmpty else { break }
                throw error
            }
            made.append(path)
        }
        do {
            try disk.synchronize(folder)
        } catch {
            // Nobody knows which of the names are on the disk.
            for path in made { _ = try? FileSystem.removeFile(path) }
            throw error
        }
        batch = min(batch * 2, Self.largestBatch)
        let one = made.removeLast()
        state.withLock { state in
            state.ready += made
            state.made = state.ready.count
        }
        return one
    }
}
