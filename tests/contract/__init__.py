"""The sandbox judged by clients this project did not write: Shippo's SDK, Twilio's, and smtplib."""
