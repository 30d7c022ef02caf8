namespace JsonPatching
{
    /// <summary>Why an operation cannot be applied.</summary>
    public enum PatchReason
    {
        InvalidOperation,
        InvalidPointer,
        IntoItself,
        InvalidIndex,
        NotFound,
        TestFailed,
    }
}
