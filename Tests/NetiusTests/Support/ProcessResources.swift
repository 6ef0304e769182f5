#if os(Linux)
    import Foundation

    /// What this process holds, as the system counts it. Meaningful where nothing else runs: in an exit test.
    enum ProcessResources {
        static var descriptors: Int {
            // One is open to read the directory itself.
            entries("/proc/self/fd") - 1
        }

        static var threads: Int { entries("/proc/self/task") }

        /// Bytes of resident memory.
        static var residentMemory: Int {
            number(after: "VmRSS:", in: "/proc/self/status").map { $0 * 1024 } ?? 0
        }

        /// How often a thread of this process, by its number, has gone to sleep by itself.
        static func sleeps(ofThread number: Int) -> Int? {
            Self.number(after: "voluntary_ctxt_switches:", in: "/proc/self/task/\(number)/status")
        }

        /// The system's number of the calling thread.
        static var currentThread: Int {
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
            return link.flatMap { $0.split(separator: "/").last }.flatMap { Int($0) } ?? 0
        }

        private static func entries(_ directory: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: directory).count) ?? 0
        }

        private static func number(after label: String, in path: String) -> Int? {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
            let line = text.split(separator: "\n").first { $0.hasPrefix(label) }
            return line.flatMap { Int($0.dropFirst(label.count).filter(\.isNumber)) }
        }
    }
#endif
