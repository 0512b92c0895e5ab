"""The app of condensing."""

from django.apps import AppConfig


class CondensingConfig(AppConfig):
    """Steps of Mayring's chain, and summaries of cells."""

    name = "nahraum_site.voices.condensing"
    label = "voices_condensing"

    def ready(self) -> None:
        """Name the work that takes long, forget what was learned when texts are deleted, and follow categories."""
        from nahraum_site.records import jobs
        from nahraum_site.voices.categories import following
        from nahraum_site.voices.condensing import learning
        from nahraum_site.voices.condensing.followed import Summaries
        from nahraum_site.voices.texts import forgetting

        jobs.register(learning.KIND, learning.learn_job, needs=learning.NEEDS)
        forgetting.followers.append(learning.forget)
        following.followers.append(Summaries())
