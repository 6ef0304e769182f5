import Netius

extension FileListing {
    /// Appends the page as far as the first entry.
    func appendHTMLStart(to output: inout [UInt8]) {
        output.append(Self.start)
        output.append(escapingHTML: root.utf8)
        for segment in segments {
            output.append(escapingHTML: segment)
            output.append(UInt8(ascii: "/"))
        }
        output.append("</title>\n<style>")
        output.append(contentsOf: Self.style.utf8)
        output.append(Self.icons)
        appendHeading(to: &output)
        output.append("<table>\n<thead>\n<tr>")
        for column in FileListingOrder.Column.allCases { appendHead(of: column, to: &output) }
        output.append("</tr>\n</thead>\n<tbody>\n")
        if !segments.isEmpty { output.append(Self.parent) }
    }

    /// The path, of which each part leads to its folder.
    private func appendHeading(to output: inout [UInt8]) {
        output.append("<main>\n<h1><span>Index of</span> <bdi>")
        appendCrumb(root.utf8, depth: segments.count, to: &output)
        for (index, segment) in segments.enumerated() {
            appendCrumb(segment, depth: segments.count - 1 - index, to: &output)
            output.append("<span>/</span>")
        }
        output.append("</bdi></h1>\n")
    }

    /// Appends a name that leads that many folders up.
    private func appendCrumb(_ name: some Collection<UInt8>, depth: Int, to output: inout [UInt8]) {
        guard depth > 0 else { return output.append(escapingHTML: name) }
        output.append("<a href=\"")
        for _ in 0..<depth { output.append("../") }
        output.append("\">")
        output.append(escapingHTML: name)
        output.append("</a>")
    }

    private func appendHead(of column: FileListingOrder.Column, to output: inout [UInt8]) {
        output.append("<th scope=\"col\"")
        if column == order.column {
            output.append(order.isDescending ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"")
        }
        output.append("><a href=\"")
        output.append(escapingHTML: order.query(for: column).utf8)
        output.append("\">")
        switch column {
        case .name: output.append("Name")
        case .modified: output.append("Modified")
        case .size: output.append("Size")
        case .type: output.append("Type")
        }
        output.append("</a></th>")
    }

    /// Appends the row of an entry.
    func appendHTML(_ entry: Entry, to output: inout [UInt8]) {
        // The point keeps a name with a colon from being taken for a scheme.
        output.append("<tr><td><a href=\"./")
        output.append(percentEncoding: entry.name)
        if entry.isFolder { output.append(UInt8(ascii: "/")) }
        output.append("\">")
        output.append(entry.isFolder ? Self.folderIcon : Self.fileIcon)
        output.append("<bdi>")
        output.append(escapingHTML: entry.name)
        output.append("</bdi></a></td><td><time datetime=\"")
        output.append(contentsOf: entry.modified.description.utf8)
        output.append("\">")
        output.append(minuteOf: entry.modified)
        output.append("</time></td>")
        if entry.isFolder {
            output.append("<td></td><td>Folder</td></tr>\n")
        } else {
            output.append("<td title=\"")
            output.append(decimal: entry.size)
            output.append(" bytes\">")
            output.append(size: entry.size)
            output.append("</td><td>")
            output.append(escapingHTML: entry.type.prefix { $0 != ";" }.utf8)
            output.append("</td></tr>\n")
        }
    }

    /// Appends what follows the last entry.
    func appendHTMLEnd(to output: inout [UInt8]) {
        if entries.isEmpty { output.append("<tr><td colspan=\"4\">This folder is empty.</td></tr>\n") }
        output.append("</tbody>\n</table>\n<footer>")
        let folders = entries.count { $0.isFolder }
        output.append(decimal: folders)
        output.append(folders == 1 ? " folder, " : " folders, ")
        output.append(decimal: entries.count - folders)
        output.append(entries.count - folders == 1 ? " file, " : " files, ")
        output.append(size: totalSize)
        output.append(". Times are UTC.")
        if isCut { output.append(" <strong>There is more in this folder than is shown.</strong>") }
        output.append("</footer>\n</main>\n</body>\n</html>\n")
    }

    private static let start: StaticString = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>Index of \

        """

    private static let icons: StaticString = """
        </style>
        </head>
        <body>
        <svg width="0" height="0" aria-hidden="true">\
        <symbol id="d" viewBox="0 0 20 20">\
        <path d="M2.5 5.5a1 1 0 0 1 1-1h4l2 2h7a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1z"/></symbol>\
        <symbol id="f" viewBox="0 0 20 20"><path d="M5 2.5h6.5l4 4v11h-10.5zM11.5 2.5v4h4"/></symbol>\
        <symbol id="u" viewBox="0 0 20 20"><path d="M10 16v-11M5.5 9.5l4.5-4.5 4.5 4.5"/></symbol></svg>

        """

    private static let folderIcon: StaticString = "<svg class=\"d\" aria-hidden=\"true\"><use href=\"#d\"/></svg>"
    private static let fileIcon: StaticString = "<svg aria-hidden=\"true\"><use href=\"#f\"/></svg>"

    private static let parent: StaticString = """
        <tr><td><a href="../"><svg aria-hidden="true"><use href="#u"/></svg>Parent folder</a></td>\
        <td></td><td></td><td></td></tr>

        """
}
