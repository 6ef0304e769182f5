import Netius

/// What a file has, or standard input where it is `-`, as a whole.
struct InputFile {
    /// The most bytes of a key: 1 MiB.
    static let maximumKeySize = 1 << 20
    /// The most bytes of a message: 256 MiB.
    static let maximumMessageSize = 256 << 20
    /// The most bytes of a password: 64 KiB.
    static let maximumPasswordSize = 64 << 10

    /// Reads it all, which waits for whatever it comes from.
    static func read(_ path: String, upTo maximumSize: Int) throws -> [UInt8] {
        let file = path == "-" ? OpenFile.standardInput : try OpenFile(path: path, to: .read)
        var content: [UInt8] = []
        while true {
            let chunk = try file.read(upTo: 64 << 10)
            if chunk.isEmpty { return content }
            content += chunk
            guard content.count <= maximumSize else {
                throw ToolError("\(path.onOneLine) has more than \(maximumSize) bytes")
            }
        }
    }

    /// A secret that is given as it is, or is the first line of standard input where it is `-`.
    static func secret(_ text: String) throws -> [UInt8] {
        guard text == "-" else { return Array(text.utf8) }
        var line = try read("-", upTo: maximumPasswordSize)[...]
        if let end = line.firstIndex(of: .lineFeed) { line = line[..<end] }
        return Array(line.last == .carriageReturn ? line.dropLast() : line)
    }

    /// A key in a file: what is wrong with it names the file.
    static func key<Key>(_ path: String, _ read: ([UInt8]) throws -> Key) throws -> Key {
        let content = try InputFile.read(path, upTo: maximumKeySize)
        do {
            return try read(content)
        } catch {
            throw ToolError("\(path == "-" ? "standard input" : path.onOneLine): \(error)")
        }
    }
}
