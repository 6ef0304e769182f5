import Foundation
import Testing

@testable import Netius

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Files that lines are written to", .timeLimit(.minutes(2)))
struct LineOutputTests {
    private func makeWriter(
        to destination: LineDestination, bufferSize: Int = 1024, maximumWaiting: Int = 4,
        sink: RecordingLogSink = RecordingLogSink()
    ) throws -> LineWriter {
        try LineWriter(
            to: destination, bufferSize: bufferSize, maximumWaiting: maximumWaiting, interval: .seconds(3600),
            log: Log(sink: sink))
    }

    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("A file is made for its owner and group, and what is in it stays")
    func file() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/lines"
            for number in 1...2 {
                let writer = try makeWriter(to: .file(path: path))
                let lane = writer.makeLane()
                lane.append { $0.append(text: "\(number)\n") }
                await writer.flush(patience: .seconds(60))
                writer.close()
            }
            #expect(try read(path) == "1\n2\n")
            let mask = umask(0)
            umask(mask)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o640 & ~Int(mask))
        }
    }

    @Test("After a file was renamed and asked to be opened anew, lines go to a new one of its name")
    func reopen() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/lines"
            let writer = try makeWriter(to: .file(path: path))
            let lane = writer.makeLane()
            lane.append { $0.append("before\n") }
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            lane.append { $0.append("between\n") }
            try await writer.reopen()
            lane.append { $0.append("after\n") }
            await writer.flush(patience: .seconds(60))
            #expect(try read(path + ".1") == "before\nbetween\n")
            #expect(try read(path) == "after\n")
            writer.close()
        }
    }

    @Test("When it can't be opened anew, that is an error, and the old file stays in use")
    func reopenFails() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/sub/lines"
            try FileManager.default.createDirectory(atPath: directory + "/sub", withIntermediateDirectories: false)
            let writer = try makeWriter(to: .file(path: path))
            let lane = writer.makeLane()
            try FileManager.default.moveItem(atPath: directory + "/sub", toPath: directory + "/moved")
            await #expect(throws: SystemError(operation: "open \(path)", code: ENOENT)) { try await writer.reopen() }
            lane.append { $0.append("still\n") }
            await writer.flush(patience: .seconds(60))
            #expect(try read(directory + "/moved/lines") == "still\n")
            writer.close()
        }
    }

    @Test("What can't be opened is an error at once: a directory, a pipe without a reader, a missing directory")
    func openFails() async throws {
        try await withTemporaryDirectory { directory in
            #expect(mkfifo(directory + "/pipe", 0o600) == 0)
            for (path, code) in [
                (directory, EISDIR), (directory + "/pipe", ENXIO), (directory + "/none/lines", ENOENT),
            ] {
                #expect(throws: SystemError(operation: "open \(path)", code: code)) {
                    try makeWriter(to: .file(path: path))
                }
            }
        }
    }

    @Test(
        "A disk that is full costs the lines, which are counted and reported once",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func diskFull() async throws {
        let sink = RecordingLogSink()
        let writer = try makeWriter(to: .file(path: "/dev/full"), bufferSize: 10, maximumWaiting: 1000, sink: sink)
        let lane = writer.makeLane()
        for _ in 0..<100 { lane.append { $0.append("123456789\n") } }
        await writer.flush(patience: .seconds(60))
        try await eventually { sink.records.reduce(0) { $0 + (Int($1.metadata["lines"] ?? "") ?? 0) } == 100 }
        #expect(writer.lostLines == 100)
        // The first failure at once, the others together.
        #expect(sink.records.count <= 2)
        #expect(sink.records.allSatisfy { $0.metadata["reason"] == "write: No space left on device" })
        writer.close()
    }

    @Test("A reader that left costs the lines, not the process")
    func brokenPipe() async throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let sink = RecordingLogSink()
        let writer = try makeWriter(to: .descriptor(ends[1]), sink: sink)
        let lane = writer.makeLane()
        lane.append { $0.append("line\n") }
        await writer.flush(patience: .seconds(60))
        #expect(writer.lostLines == 1)
        try await eventually { sink.records.first?.metadata["reason"] == "write: Broken pipe" }
        writer.close()
        close(ends[1])
    }

    @Test("A wait for a flush that is over before it began ends all the same", arguments: [true, false])
    func earlyEnd(isComplete: Bool) async {
        let waiter = FlushWaiter()
        waiter.resume(isComplete: isComplete)
        waiter.resume(isComplete: !isComplete)
        let result = await withCheckedContinuation { waiter.wait($0) }
        #expect(result == isComplete)
    }

    @Test("A reader that does not keep up costs lines beyond a bound, and nobody waits; those that pass are whole")
    func slowReader() async throws {
        var ends: [CInt] = [0, 0]
        #expect(pipe(&ends) == 0)
        let sink = RecordingLogSink()
        let writer = try makeWriter(to: .descriptor(ends[1]), bufferSize: 10_000, sink: sink)
        let lane = writer.makeLane()
        let all = 100_000
        for number in 0..<all { lane.append { $0.append(text: "line number \(number)\n") } }
        #expect(await writer.flush(patience: .milliseconds(1)) == false)
        let lost = writer.lostLines
        // A pipe holds 64 KiB, and four buffers may wait.
        #expect(lost > 90_000)
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let received = Task.detached { reader.readDataToEndOfFile() }
        #expect(await writer.flush(patience: .seconds(60)))
        close(ends[1])
        writer.close()
        let numbers = String(decoding: await received.value, as: UTF8.self).split(separator: "\n").map {
            $0.hasPrefix("line number ") ? Int($0.dropFirst(12)) ?? -1 : -1
        }
        #expect(numbers.count + writer.lostLines == all)
        #expect(numbers == numbers.sorted() && numbers.first == 0)
        try await eventually { sink.records.first?.metadata["reason"] == "the disk does not keep up" }
    }

    #if os(Linux)
        @Test("To a terminal each line goes at once")
        func terminal() async throws {
            let (master, slave) = try openTerminal()
            let writer = try makeWriter(to: .descriptor(slave))
            writer.makeLane().append { $0.append("a line\n") }
            let lane = writer.makeLane()
            lane.append { $0.append("another\n") }
            let text = try await withDeadline {
                var bytes: [UInt8] = []
                while bytes.count(where: { $0 == UInt8(ascii: "\n") }) < 2 {
                    var part = [UInt8](repeating: 0, count: 100)
                    let count = Glibc.read(master, &part, part.count)
                    guard count > 0 else { break }
                    bytes += part[..<count]
                }
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(text == "a line\r\nanother\r\n")
            lane.append { $0.append("and its lane lives\n") }
            writer.close()
            try await eventually { writer.withState { $0.hasEnded } }
            close(slave)
            close(master)
        }
    #endif
}

#if os(Linux)
    /// Both ends of a terminal of our own.
    private func openTerminal() throws -> (master: CInt, slave: CInt) {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // Linux's TIOCSPTLCK and TIOCGPTN, which Swift does not see.
        var (unlocked, number): (CInt, CInt) = (0, 0)
        guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw SystemError(operation: "open a terminal")
        }
        return (master, open("/dev/pts/\(number)", O_RDWR | O_NOCTTY))
    }
#endif
