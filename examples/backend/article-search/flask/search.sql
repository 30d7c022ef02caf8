-- Every list comes as a JSON array, so that this text is the same for all queries. The phrase '""' occurs nowhere.
SELECT id, slug, tags, score
FROM (
    SELECT id, slug, tags, (
        SELECT count(*) FROM json_each(:title_phrases) AS wanted
        WHERE EXISTS (SELECT 1 FROM article_text WHERE article_text MATCH wanted.value AND rowid = article.id)
    ) AS score
    FROM article
    WHERE id IN (
            SELECT rowid FROM article_text WHERE article_text MATCH coalesce(:every_phrase, '""')
            UNION ALL
            SELECT id FROM article WHERE :every_phrase IS NULL
        )
        AND id NOT IN (SELECT rowid FROM article_text WHERE article_text MATCH coalesce(:no_phrase, '""'))
        AND NOT EXISTS (
            SELECT value FROM json_each(:every_tag) EXCEPT SELECT value FROM json_each(article.tags)
        )
        AND NOT EXISTS (
            SELECT value FROM json_each(:no_tag) INTERSECT SELECT value FROM json_each(article.tags)
        )
)
WHERE :after_score IS NULL OR score < :after_score OR score = :after_score AND slug > :after_slug
ORDER BY score DESC, slug
LIMIT :limit
