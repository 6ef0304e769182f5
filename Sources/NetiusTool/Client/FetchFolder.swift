import Netius
import NetiusHTTP

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder for files with the names that URLs have for them. Nothing that is there is replaced: the second `page.html`
/// is `page.html.1`.
///
/// Everything here may wait for a disk: it runs in a `BlockingPool`.
final class FetchFolder: Sendable {
    private let path: String
    /// What to try next, of each name.
    private let numbers = Guarded<[String: Int]>([:])

    /// Makes the folder, if there is none.
    init(path: String) throws {
        self.path = path
        // Safe: the system reads the path during the call only.
        guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else { throw SystemError(operation: "create \(path)") }
        guard try PathKind(path) == .folder else { throw ToolError("\(path.quoted) is not a folder") }
    }

    /// Makes a file for what a URL has.
    func makeFile(for url: HTTPURL) throws -> (file: NewFile, path: String) {
        let name = url.fileName
        while true {
            let number = numbers.withLock { numbers in
                defer { numbers[name, default: 0] += 1 }
                return numbers[name] ?? 0
            }
            let path = "\(path)/\(name)" + (number == 0 ? "" : ".\(number)")
            do {
                return (try NewFile(path: path, isPrivate: false), path)
            } catch let error as SystemError where error.code == EEXIST {
                continue
            }
        }
    }
}
