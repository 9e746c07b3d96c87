"""Training of the project's own recogniser of person names; see privacy_audit/models/weights/person_ner.md."""
