extension IPAddressProtocol {
    /// The address so many further on, or before if it is negative, in the same zone.
    ///
    /// - Throws: `IPAddressError.overflow` when the version has no such address.
    public func advanced(by distance: some BinaryInteger) throws(IPAddressError) -> Self {
        let room = distance < 0 ? integer : lastInteger - integer
        guard let magnitude = UInt128(exactly: distance.magnitude), magnitude <= room else {
            throw .overflow("\(self) \(distance < 0 ? "-" : "+") \(distance.magnitude)")
        }
        return with(integer: distance < 0 ? integer - magnitude : integer + magnitude)
    }

    /// The address so many further on, in the same zone. `advanced(by:)` takes integers of other types.
    ///
    /// - Throws: `IPAddressError.overflow` when the version has no such address.
    public static func + (address: Self, distance: Int) throws(IPAddressError) -> Self {
        try address.advanced(by: distance)
    }

    /// The address so many before, in the same zone.
    ///
    /// - Throws: `IPAddressError.overflow` when the version has no such address.
    public static func - (address: Self, distance: Int) throws(IPAddressError) -> Self {
        try address.advanced(by: -Int128(distance))
    }

    /// How many addresses the other one is further on: negative when it comes before this one. Zones do not count.
    ///
    /// - Throws: `IPAddressError.differentVersions`, or `.overflow` for IPv6 addresses more than half the address space
    ///   apart.
    public func distance(to other: Self) throws(IPAddressError) -> Int128 {
        guard bitWidth == other.bitWidth else { throw .differentVersions("\(self)", "\(other)") }
        let isAhead = other.integer >= integer
        let magnitude = isAhead ? other.integer - integer : integer - other.integer
        guard let distance = Int128(exactly: magnitude) else { throw .overflow("\(other) - \(self)") }
        return isAhead ? distance : -distance
    }
}
