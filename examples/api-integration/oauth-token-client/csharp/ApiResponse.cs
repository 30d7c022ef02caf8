namespace TokenClient
{
    /// <summary>What the API answered.</summary>
    public sealed class ApiResponse
    {
        public ApiResponse(int status, string body)
        {
            Status = status;
            Body = body;
        }

        public int Status { get; }

        public string Body { get; }
    }
}
