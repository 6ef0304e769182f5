/// What the tool tells the system as it ends.
enum ExitCode: Int32, Sendable {
    case success = 0
    /// The command ran and failed.
    case failure = 1
    /// The command line, or a variable, can't be understood: nothing ran.
    case usage = 2
}
