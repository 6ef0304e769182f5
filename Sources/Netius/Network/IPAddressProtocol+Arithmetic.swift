extension IPAddressProtocol {
    /// The address so many further on, in the same zone.
    ///
    /// - Throws: `IPAddressError.overflow` when the version has no such address.
    public static func + (address: Self, distance: some BinaryInteger) throws(IPAddressError) -> Self {
        let result = distance < 0 ? address.integer(minus: distance) : address.integer(plus: distance)
        guard let result else { throw .overflow("\(address) + \(distance)") }
        return address.with(integer: result)
    }

    /// The address so many before, in the same zone.
    ///
    /// - Throws: `IPAddressError.overflow` when the version has no such address.
    public static func - (address: Self, distance: some BinaryInteger) throws(IPAddressError) -> Self {
        let result = distance < 0 ? address.integer(plus: distance) : address.integer(minus: distance)
        guard let result else { throw .overflow("\(address) - \(distance)") }
        return address.with(integer: result)
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

    private func integer(plus distance: some BinaryInteger) -> UInt128? {
        guard let magnitude = UInt128(exactly: distance.magnitude), magnitude <= lastInteger - integer else {
            return nil
        }
        return integer + magnitude
    }

    private func integer(minus distance: some BinaryInteger) -> UInt128? {
        guard let magnitude = UInt128(exactly: distance.magnitude), magnitude <= integer else { return nil }
        return integer - magnitude
    }
}
