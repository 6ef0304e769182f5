import Netius

extension FileListing {
    /// The listing as JSON: an array of objects with `name`, `href`, `type`, `size` and `modified`.
    ///
    /// `type` is `file` or `folder`, `size` in octets, null for a folder, `modified` as RFC 3339 has it. A name that is
    /// not UTF-8 is repaired; `href`, relative to the folder, names the file in any case.
    func appendJSON(_ entry: Entry, to output: inout [UInt8]) {
        output.append("{\"name\":")
        output.append(escapingJSON: entry.name)
        output.append(",\"href\":\"./")
        output.append(percentEncoding: entry.name)
        output.append(entry.isFolder ? "/\",\"type\":\"folder\",\"size\":" : "\",\"type\":\"file\",\"size\":")
        if entry.isFolder {
            output.append("null")
        } else {
            output.append(decimal: entry.size)
        }
        output.append(",\"modified\":\"")
        output.append(contentsOf: entry.modified.description.utf8)
        output.append("\"}")
    }
}
