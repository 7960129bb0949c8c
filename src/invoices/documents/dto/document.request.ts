import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { DOCUMENT_FORMATS, EXPORT_FORMATS, type DocumentFormat, type ExportFormat } from '../document-answers.js';

export class DocumentRequest {
  @ApiPropertyOptional({ enum: DOCUMENT_FORMATS, default: 'pdf', description: 'pdf and html for people, csv and json for programs' })
  @IsOptional()
  @IsIn(DOCUMENT_FORMATS)
  format?: DocumentFormat;
}

export class ExportInvoicesRequest {
  @ApiProperty({ example: '2026-11-01', description: 'First day of issue, in the account’s time zone' })
  @IsString()
  from!: string;

  @ApiProperty({ example: '2026-12-01', description: 'Not part of it' })
  @IsString()
  to!: string;

  @ApiPropertyOptional({ enum: EXPORT_FORMATS, default: 'csv', description: 'ndjson: one JSON object to a line' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format?: ExportFormat;

  @ApiPropertyOptional({ description: 'Only invoices of this customer' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  customerId?: string;
}
