import { IsInt, Max, Min } from 'class-validator';

/** Body of `POST /v2/images/{id}/actions/revert`. */
export class RevertImageDto {
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly to_revision!: number;
}
