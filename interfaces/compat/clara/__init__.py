"""The dialect of the AgentClara API."""
