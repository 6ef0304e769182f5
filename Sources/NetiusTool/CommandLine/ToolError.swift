/// Why a command failed, in a line.
struct ToolError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A failure of which nothing more is to be said: nobody is there any more to read it, or it has been said.
struct SilentFailure: Error {}
