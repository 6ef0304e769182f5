import Netius
import NetiusHTTP

/// What the client commands do with a response, and what they tell of it.
struct OutputOptions: Sendable {
    /// Where the content goes.
    enum Destination: Sendable, Equatable {
        case standardOutput
        case file(path: String)
        /// A file with the name that the URL has for it.
        case remoteName
    }

    let destination: Destination
    /// Whether the head is written in front of the content.
    let includesHead: Bool
    /// Whether a status of failure makes the command fail, and its content is left out.
    let failsOnStatus: Bool
    /// Whether progress is shown; nil for where somebody watches it.
    let showsProgress: Bool?
    /// Whether what is broken off stays, to be gone on with.
    let resumes: Bool
    let showsTiming: Bool
    let isVerbose: Bool
}

extension OutputOptions {
    static let descriptions = [output, remoteName, resume, include] + headless
    /// Those of a command that writes no content.
    static let headless = [fail, progress, timing, verbose]

    private static let output = OptionDescription(
        "output", letter: "o", placeholder: "FILE", help: "write to a file, which has its name when it is complete")
    private static let remoteName = OptionDescription(
        flag: "remote-name", letter: "O", help: "the same, with the last part of the URL as its name")
    private static let resume = OptionDescription(
        flag: "resume", help: "go on with what was broken off: FILE.part")
    private static let include = OptionDescription(
        flag: "include", letter: "i", help: "write the head of the response in front of its content")
    private static let fail = OptionDescription(
        flag: "fail", letter: "f", help: "fail, and write no content, where the status is 400 or above")
    private static let progress = OptionDescription(
        flag: "progress", isNegatable: true,
        help: "show progress on standard error (default: where that is a terminal, and the content goes to a file)")
    private static let timing = OptionDescription(
        flag: "timing", help: "say on standard error how long each part took")
    private static let verbose = OptionDescription(
        flag: "verbose", letter: "v", help: "say on standard error what is sent and received, but for content")

    /// Reads the options.
    init(_ values: CommandValues, includesHead: Bool = false) throws(UsageError) {
        let path = try values.value(of: Self.output, as: .string)
        let usesRemoteName = try values.required(Self.remoteName, as: .boolean)
        if path != nil, usesRemoteName { throw .conflictingOptions("--output", "--remote-name") }
        switch path {
        case "-": destination = .standardOutput
        case let path?: destination = .file(path: path)
        case nil: destination = usesRemoteName ? .remoteName : .standardOutput
        }
        resumes = try values.required(Self.resume, as: .boolean)
        if resumes, destination == .standardOutput { throw .missingArgument("--output") }
        let includes = try values.required(Self.include, as: .boolean)
        if resumes, includes { throw .conflictingOptions("--resume", "--include") }
        self.includesHead = includesHead || includes
        failsOnStatus = try values.required(Self.fail, as: .boolean)
        let isAsked = values.isOnCommandLine(Self.progress)
        showsProgress = isAsked ? try values.required(Self.progress, as: .boolean) : nil
        showsTiming = try values.required(Self.timing, as: .boolean)
        isVerbose = try values.required(Self.verbose, as: .boolean)
    }
}
