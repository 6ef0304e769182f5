import Foundation

/// The program's resident memory in bytes; nil where the system does not tell.
func residentMemory(of tool: RunningTool) -> Int? {
    let text = try? String(contentsOfFile: "/proc/\(tool.identifier)/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
}
