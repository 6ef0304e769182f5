internal import Netius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file of settings as it was read last.
struct DNSSystemFile<Content: Sendable>: Sendable {
    /// What the system knew of it; nil where there was none.
    private(set) var status: File.Status?
    /// What it says.
    private(set) var content: Content

    /// One that was not there.
    init(content: Content) {
        self.content = content
    }

    /// The file as it is now, if it has changed. This waits for a disk.
    ///
    /// - Returns: Nil where it has not, and also where that cannot be told, as without descriptors: then what it said holds.
    func renewed(from path: String, _ parse: (String) -> Content) -> Self? {
        var renewed = self
        do {
            let file = try File(path: path)
            guard file.status != status else { return nil }
            renewed.content = parse(try Self.text(of: file))
            renewed.status = file.status
        } catch let error as SystemError where [ENOENT, ENOTDIR].contains(error.code) {
            guard status != nil else { return nil }
            renewed.content = parse("")
            renewed.status = nil
        } catch {
            return nil
        }
        return renewed
    }

    /// What is no file of settings says nothing.
    private static func text(of file: File) throws -> String {
        guard file.status.kind == .regular, file.status.size <= DNSSystemSettings.maximumFileSize else { return "" }
        return String(decoding: try file.read(at: 0, upTo: DNSSystemSettings.maximumFileSize), as: UTF8.self)
    }
}
