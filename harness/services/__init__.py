"""What an SCU does over an association, and the Storage SCP that receives for it."""
