import Foundation

/// Files that a test makes and changes.
enum TestFile {
    /// Puts a new file in the place of one that is there, in one step.
    static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// Puts a new file in the place of one that is there, in one step.
    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// What is in a file; nil where there is none.
    static func text(at path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
